"""IPython kernels forked from a process that has imported everything already.

A kernel that starts from nothing spends a second or more on imports, and holds its own copy of every module. Here one
*parent* process imports once what the configuration names; each kernel is a fork of it, ready in about a tenth of a
second, sharing the parent's memory until it writes to it.

Use in any Jupyter application (Linux)::

    c.KernelProvisionerFactory.default_provisioner_name = "forking-provisioner"
    c.ForkServer.preload = ["numpy", "ipywidgets", "my_package:warm_up"]

A kernel spec that is not an IPython kernel of the same Python, or a system that cannot fork, gets an ordinary kernel.

==================  =====================================================================================
``parent``          the program of the parent process: import, check, fork on request, report exit codes
``client``          starting, asking, renewing and ending that process; the handle of one forked kernel
``provisioner``     the kernel provisioner of ``jupyter_client`` on top of it
``wire``            the few bytes that go between
==================  =====================================================================================

Nothing here knows what the kernels are for.
"""
