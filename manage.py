#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line, load_command_class

# What proves or opens a file stands on a machine without an installation too, and leaves nothing
# there: our settings would make folders and keys.
APART = ("verify_certificate", "open_archive")

if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in APART:
        settings.configure(LANGUAGE_CODE="en-gb", TIME_ZONE="Europe/London")
        load_command_class("reviews", sys.argv[1]).run_from_argv(sys.argv)
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerreview.settings")
        execute_from_command_line(sys.argv)
