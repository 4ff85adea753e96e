from typing import Any

Statement = dict[str, Any]
