"""Serving the lessons: Voilà with a template of our own, forked kernels and defaults fit for a class.

``calfnb serve`` starts it. Nothing here knows a condition, a finding or a figure: it serves notebooks.

==================  ======================================================================================
``lessons``         which notebooks there are, and what they are called
``lean``            imports that cost seconds and serve nobody
``settings``        the traitlets configuration: everything that we decide otherwise than Voilà does
``server``          the application: Voilà, mounted, started and stopped
``handlers``        the page of a lesson, the end of a kernel, errors in sentences
``assets``          static files, compressed once and cached by content
``kernels``         kernels that end with their page
``front``           a front end of our own for the lessons that need no more than it offers
``snapshots``       cells run once, before the first reader comes
``warm``            what the parent of the kernels does before the first fork
``room``            how many readers there is room for
``port``            the port to listen on
``outside``         the address by which others reach the server, and its QR code
``checkup``         whether everything is ready for a class
``words``           the sentences of the page around a lesson
``forking``         kernels forked from an already imported process; usable without the rest of this package
==================  ======================================================================================
"""
