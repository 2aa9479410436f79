#!/bin/sh
# Runs one fuzz target over its corpus. $1: fuzz/NAME.replay, beside the built program.
program=${1%.replay}
exec "./$program" "$TOP_SRCDIR/fuzz/corpus/${program##*/}"
