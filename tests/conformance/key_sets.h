// The key sets of the conformance suite, where tests of single indexes look for them.
#pragma once

#include "harness/conformance/key_sets.h"
