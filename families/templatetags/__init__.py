"""What templates may say of families."""
