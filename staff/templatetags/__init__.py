"""What templates of staff may say."""
