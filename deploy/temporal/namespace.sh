#!/bin/sh
set -eu
temporal operator namespace describe -n default >/dev/null 2>&1 || temporal operator namespace create -n default --retention 7d
for name in TunegateRun TunegateStage TunegateEndpoint; do
  temporal operator search-attribute list -n default | grep -q "$name" || temporal operator search-attribute create -n default --name "$name" --type Keyword
done
