#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <string>

// An entry of libtorch's dispatcher with its name for messages.
struct Operator {
  c10::OperatorHandle handle;
  std::string name;
};
