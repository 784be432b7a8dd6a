// Ctrl-C, SIGTERM and a closed terminal: the first one asks the run to end and keep what is done, a later one ends at
// once. Signals of one moment are one.
#pragma once

namespace omenbench {

/// Installs the handlers, also where SIGINT was inherited as ignored; a SIGHUP that was stays so, as nohup wants it.
void install_interrupt_handlers();

/// While there is nothing yet that could be lost: the first one ends the program at once, and writes `text` to stderr.
/// It must live as long as the program. install_interrupt_handlers() takes over from this.
void end_at_interrupt(const char* text);

/// 0, or the signal that asked the run to stop.
int interrupted_by();

}  // namespace omenbench
