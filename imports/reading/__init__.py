"""Reading a workbook that nobody vouches for. A process of its own does it, under limits."""
