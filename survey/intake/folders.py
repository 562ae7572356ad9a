"""One folder per wave and process: threads that answer at the same time share its commits."""

import threading

from survey.box.fold import Folder
from survey.box.handing import FoldingProcess, HandingFolder
from survey.box.model import Wave
from survey.web.services import Services


class Folders:
    """Makes folders when they are first needed, so that a forked worker has its own."""

    def __init__(self) -> None:
        self._by_wave: dict[int, HandingFolder] = {}
        self._process: FoldingProcess | None = None
        self._lock = threading.Lock()

    def of(self, services: Services, wave: Wave) -> HandingFolder:
        """The folder of an open wave. Raises BoxError where its rules are not this version's."""
        with self._lock:
            if wave.id not in self._by_wave:
                self._process = self._process or FoldingProcess(services.config)
                folder = Folder(services.engine, services.config, wave)
                self._by_wave[wave.id] = HandingFolder(folder, self._process, wave)
            return self._by_wave[wave.id]
