"""What templates of bookings may say."""
