"""What the explorer does when the system, a shell or a closed terminal window signals it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

    from codexlog.app.app import ExplorerApp

KEYBOARD = 0
"""File descriptor that keys come from."""
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


def end_on_signals(app: ExplorerApp) -> None:
    """Leave by the front door when told to end. Called before the terminal is changed in any way."""
    loop = asyncio.get_running_loop()
    for number in ENDING:
        try:
            loop.add_signal_handler(number, app.exit, None, 128 + number)
        except (NotImplementedError, RuntimeError, ValueError):  # not the main thread, as in some tests
            return


def end_on_hangup(app: ExplorerApp) -> None:
    """Leave when the terminal is gone. Not everybody is told so by SIGHUP: `setsid` programs are not.

    Without this the reader of keys would find the end of the input again and again, as fast as it can. The
    system reports a hangup whether it is asked for or not, so nothing wakes up before it happens.
    """
    if sys.platform != "linux" or not os.isatty(KEYBOARD):
        return
    watcher = select.epoll()
    watcher.register(KEYBOARD, 0)
    loop = asyncio.get_running_loop()

    def leave() -> None:
        loop.remove_reader(watcher)
        watcher.close()
        app.exit(None, 128 + signal.SIGHUP)

    loop.add_reader(watcher, leave)


class JobControl:
    """Gives the terminal back before a stop, and takes it again after.

    Textual's driver has handlers of its own. They start a second reader of keys when the process is continued
    without having stopped itself, and go on in the background; so these replace them.
    """

    def __init__(self, app: ExplorerApp, driver: Driver) -> None:
        self._driver = driver
        self._is_stopped = False
        self._is_lent = False
        app.app_suspend_signal.subscribe(app, lambda _: self._lend(lent=True))
        app.app_resume_signal.subscribe(app, lambda _: self._lend(lent=False))
        try:
            signal.signal(signal.SIGTSTP, lambda *_: self._stop())
            signal.signal(signal.SIGCONT, lambda *_: self._continued())
        except ValueError:  # not the main thread
            return

    def _lend(self, *, lent: bool) -> None:
        """Know whether another program has the terminal."""
        self._is_lent = lent

    def _stop(self) -> None:
        """Give the terminal back and sleep until this is the job in the foreground again."""
        if self._is_lent or self._is_stopped:
            os.kill(os.getpid(), signal.SIGSTOP)
            return
        self._is_stopped = True
        self._driver.suspend_application_mode()
        self._sleep()

    def _continued(self) -> None:
        """Somebody stopped the process in a way that nobody can notice, and let it go on."""
        if self._is_lent or self._is_stopped:
            return
        self._is_stopped = True
        if _in_foreground():
            self._driver.suspend_application_mode()
            self._wake()
        else:
            self._sleep()

    def _sleep(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        while not _in_foreground():
            os.kill(os.getpid(), signal.SIGSTOP)
        self._wake()

    def _wake(self) -> None:
        self._driver.resume_application_mode()
        self._is_stopped = False


def _in_foreground() -> bool:
    """Whether the terminal listens to this job; without a terminal there is nothing to wait for."""
    try:
        return os.tcgetpgrp(KEYBOARD) == os.getpgrp()
    except OSError:
        return True
