"""What people type on the pages of case mapping. Nothing here saves."""
