"""Everything that we decide otherwise than Voilà does, as one traitlets configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from calfnb.serving.lean import UNUSED_IN_KERNEL
from calfnb.serving.lessons import watched_folders

#: Federated JupyterLab extensions that a lesson's page loads; any other installed one stays out. Voilà's own manager
#: (the third) is what ends a kernel with its page. Plotly's extension would be 4.8 MB on every page, unused.
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget", "@voila-dashboards/widgets-manager8")

#: What a kernel imports before it is forked, so that no page waits for it. A trailing ``:name`` calls that function,
#: a leading ``?`` leaves out what is not installed.
PRELOAD = ("ipywidgets", "anywidget", "numpy", "calfnb.serving.warm:warm_up")

#: Seconds without a page after which a kernel is ended, and how often that is looked at.
GONE_S = 60
LOOK_EVERY_S = 10


@dataclass(frozen=True)
class Settings:
    """How the lessons are served.

    Parameters
    ----------
    folder : Path
        The folder of the notebooks.
    own_lessons : bool
        Whether these are the kit's own lessons: they are run once, before the first reader comes.
    open_browser : bool
        Whether to open the first page in a browser.
    fork : bool
        Whether kernels may be forked from an imported process (where the system can do that).
    show_tracebacks : bool
        Whether a failing cell shows its traceback in the page: for authors, never for a class.
    stock_pages : bool
        Whether pages use Voilà's front end even where our own would do.
    most_readers : int
        How many readers are let in at once; 0 for as many as the free memory has room for.
    link : str
        The address by which the room reaches the server, where that is not the one it listens on.
    extensions : sequence of str
        The JupyterLab extensions that a page may load.
    preload : sequence of str
        What kernels import before they are forked.
    """

    folder: Path
    own_lessons: bool = False
    open_browser: bool = False
    fork: bool = True
    show_tracebacks: bool = False
    stock_pages: bool = False
    most_readers: int = 0
    link: str = ""
    extensions: Sequence[str] = EXTENSIONS
    preload: Sequence[str] = PRELOAD


def server_config(settings: Settings, *, forked: bool) -> Config:
    """Build the configuration of the server.

    Parameters
    ----------
    settings : Settings
        What was asked for.
    forked : bool
        Whether forked kernels are to be had here; else Voilà's pool of pre-heated kernels serves.
    """
    config = Config()
    config.Voila.root_dir = str(settings.folder)
    config.Voila.log_level = "WARN"
    config.Voila.config_file_paths = []
    config.Voila.identity_provider_class = "calfnb.serving.server.AnyReader"
    config.Voila.kernel_websocket_connection_class = "calfnb.serving.kernels.PageConnection"

    page = config.VoilaConfiguration
    page.template = "calfnb"
    page.theme = "light"  # our template takes its colours from the reader's system; this only keeps Lab's theme out
    page.allow_template_override = "NO"
    page.allow_theme_override = "NO"
    page.strip_sources = True
    page.show_tracebacks = settings.show_tracebacks
    page.extension_allowlist = list(settings.extensions)
    page.extension_denylist = []
    page.file_allowlist = [r".*\.(png|jpg|jpeg|gif|svg|webp)"]
    page.multi_kernel_manager_class = "calfnb.serving.kernels.PageKernelManager"
    page.preheat_kernel = not forked
    page.default_pool_size = 1
    page.resources = {}

    kernels = config.MappingKernelManager
    kernels.cull_idle_timeout = GONE_S
    kernels.cull_interval = LOOK_EVERY_S
    kernels.cull_connected = False
    kernels.allow_tracebacks = settings.show_tracebacks
    kernels.buffer_offline_messages = True
    # A restarted kernel has lost what its page shows: better a page that says so and restores itself by a reload.
    config.KernelRestarter.restart_limit = 0
    config.KernelRestarter.time_to_dead = 1.0
    config.VoilaExecutor.cell_error_instruction = ""

    if forked:
        config.KernelProvisionerFactory.default_provisioner_name = "forking-provisioner"
        config.ForkServer.preload = list(settings.preload)
        config.ForkServer.leave_out = list(UNUSED_IN_KERNEL)
        config.ForkServer.watch = list(watched_folders())
        # Sockets in the file system: no port can be taken by somebody else between its choice and its use, which in
        # a burst of many kernels it sometimes is, and no other user of the machine can reach them.
        config.KernelManager.transport = "ipc"
    return config
