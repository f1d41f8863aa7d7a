"""The handout: a PDF with the picture and the words of each beat."""
