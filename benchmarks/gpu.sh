#!/bin/sh
# What one GPU can tell, in order of worth, in parts of at most three minutes: sh benchmarks/gpu.sh [OUT]
#
# Each part writes into OUT (default: benchmarks/results/gpu) what it has as soon as it has it. A part whose result is
# there is not run again, so that the script goes on where a lease has ended; PYTHON names another interpreter.
set -u
out=${1:-benchmarks/results/gpu}
python=${PYTHON:-.venv/bin/python}
mkdir -p "$out"

part() { # name, then the command; what it prints goes to OUT/name.txt when it has ended well
    name=$1
    shift
    if [ -e "$out/$name.txt" ]; then
        echo "$name: there already"
        return
    fi
    echo "$name: $*"
    if timeout 180 "$@" >"$out/$name.part" 2>&1; then
        mv "$out/$name.part" "$out/$name.txt"
    else
        echo "$name: failed or ran past 180 s, see $out/$name.part" >&2
    fi
}

engine() { # name, then workloads
    name=$1
    shift
    part "$name" "$python" -m benchmarks.engine --device cuda --only "$@" --out "$out/$name.json"
}

part tests "$python" -m pytest -q tests/simulate/test_gpu.py
engine w1 W1
engine w2 W2
engine w5 W5
engine w3 W3
engine published published
engine independent independent
part training "$python" -m benchmarks.training --device cuda --out "$out/training.json"
echo "results: $out"
