// All that the source of an index needs, for plugins: `#include <omenbench/plugin.h>`. A built-in index includes
// "harness/register.h" instead; everything else about its source is the same.
#pragma once

#include "core/page_allocator.h"
#include "core/rng.h"
#include "harness/register.h"
