"""What templates may ask of the post room."""
