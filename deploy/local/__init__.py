"""The commands behind the Makefile.

Only Python's own library is used here, because these modules run before anything is installed
(`prepare` is the exception: it runs inside the virtual environment).
"""
