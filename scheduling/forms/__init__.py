"""What people type about the week and in notes. Nothing here saves."""
