# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the documentation by hand:
#   apt-get install python3-sphinx python3-myst-parser
#   sphinx-build docs build/docs

project = "Weft"
author = "The Weft authors"
copyright = "2026, The Weft authors"
root_doc = "index"
extensions = ["myst_parser"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["**/replace.txt"]
html_theme = "classic"
html_theme_options = {"sidebarwidth": 260, "body_max_width": "none"}

# The documents of the modules begin with `.. include:: replace.txt`, a file of definitions that
# ns-3's documentation build lays beside each of them. Here its definitions come from the prolog.
rst_prolog = """
.. |ns3| replace:: *ns-3*
"""


def drop_replace_include(app, docname, source):
    source[0] = source[0].replace(".. include:: replace.txt", "")


def setup(app):
    app.connect("source-read", drop_replace_include)
