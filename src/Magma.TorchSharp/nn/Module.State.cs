namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Parameters and persistent buffers by dotted name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (ownName, parameter) in named_parameters(false))
                {
                    destination.TryAdd(Dotted(prefix, ownName), parameter);
                }

                foreach (var (ownName, buffer) in named_buffers(false, false))
                {
                    destination.TryAdd(Dotted(prefix, ownName), buffer);
                }

                foreach (var (childName, child) in named_children())
                {
                    child.state_dict(destination, Dotted(prefix, childName));
                }

                return destination;
            }

            /// <summary>Copies values in by name.</summary>
            /// <returns>The names that this module has and source lacks, and those that source has and this module lacks.</returns>
            /// <exception cref="InvalidOperationException">strict, and there are such names; nothing was copied then.</exception>
            /// <exception cref="ArgumentException">A shape differs; the message lists every one.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keys) load_state_dict(
                Dictionary<string, Tensor> source,
                bool strict = true,
                IList<string>? skip = null)
            {
                var own = state_dict();
                var skipped = skip ?? [];
                var missing = own.Keys.Where(key => !source.ContainsKey(key) && !skipped.Contains(key)).ToList();
                var unexpected = source.Keys.Where(key => !own.ContainsKey(key) && !skipped.Contains(key)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException(
                        $"The loaded state does not fit {GetName()}: "
                        + $"missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}]");
                }

                var fitting = own.Where(entry => source.ContainsKey(entry.Key) && !skipped.Contains(entry.Key)).ToList();
                var misshaped = fitting
                    .Where(entry => !entry.Value.shape.AsSpan().SequenceEqual(source[entry.Key].shape))
                    .Select(entry => (entry.Key, Own: entry.Value.shape, Given: source[entry.Key].shape))
                    .Select(entry => $"{entry.Key}: expected [{string.Join(", ", entry.Own)}], got [{string.Join(", ", entry.Given)}]")
                    .ToList();
                if (misshaped.Count > 0)
                {
                    throw new ArgumentException($"{misshaped.Count} shapes differ: {string.Join("; ", misshaped)}");
                }

                using var unrecorded = no_grad();
                foreach (var (key, tensor) in fitting)
                {
                    tensor.copy_(source[key]);
                }

                return (missing, unexpected);
            }

            internal void Convert(ScalarType? type, Device? device, bool nonBlocking)
            {
                using var unrecorded = no_grad();
                foreach (var tensor in parameters().Concat(buffers()))
                {
                    // As in PyTorch, whole numbers keep their type.
                    var target = type is not null && is_floating_point(tensor.dtype) ? type.Value : tensor.dtype;
                    tensor.Become(target, device ?? tensor.device, nonBlocking);
                }
            }

            private static string Dotted(string? prefix, string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
        }
    }
}
