"""The letters that go out, and the mailbox to which they come back."""
