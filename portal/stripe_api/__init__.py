"""The only package that imports `stripe`: typed calls in, our frozen types and our errors out."""
