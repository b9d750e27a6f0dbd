"""The district's year of inspection: programme, provable draws, visits."""
