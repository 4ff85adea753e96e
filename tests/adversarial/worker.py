"""A worker as a process of its own, which can be killed: runs jobs until none waits. A script."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(mail: str) -> "subprocess.Popen[bytes]":
    """On the database, the keys and the secrets of the running test."""
    from django.conf import settings
    from django.db import connection

    config = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{config['NAME']}"
    else:
        database = (
            f"postgres://{config['USER']}:{config['PASSWORD']}"
            f"@{config['HOST']}:{config['PORT']}/{config['NAME']}"
        )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "peerreview.settings",
        "DATABASE_URL": database,
        "VAR_DIR": str(settings.VAR_DIR),
        "KEYSTORE_DIR": str(settings.KEYSTORE_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
        "MASTER_KEY_WEB": settings.MASTER_KEY_WEB,
        "MASTER_KEY_WORKER": settings.MASTER_KEY_WORKER,
        "EMAIL_URL": mail,
    }
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, __file__], cwd=ROOT, env=environment, start_new_session=True
    )


def _main() -> None:
    import django

    django.setup()

    from reviews import background
    from reviews.models import Job

    while job := Job.objects.filter(state=Job.State.QUEUED).order_by("pk").first():
        background.run(job.pk)


if __name__ == "__main__":
    _main()
