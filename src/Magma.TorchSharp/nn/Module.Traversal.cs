using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Module module)> named_children() =>
                ownModules.Select(entry => (entry.Key, entry.Value));

            public virtual IEnumerable<Module> children() => named_children().Select(child => child.module);

            /// <summary>All modules below this one, depth first, with dotted names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (childName, child) in named_children())
                {
                    yield return (childName, child);
                    foreach (var (below, module) in child.named_modules())
                    {
                        yield return ($"{childName}.{below}", module);
                    }
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            /// <summary>The parameters with dotted names, each once: its own, then with recurse those of the modules below.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
                foreach (var (ownName, parameter) in ownParameters)
                {
                    if (parameter is not null && seen.Add(parameter))
                    {
                        yield return (ownName, parameter);
                    }
                }

                if (!recurse)
                {
                    yield break;
                }

                foreach (var (childName, child) in named_children())
                {
                    foreach (var (below, parameter) in child.named_parameters(true))
                    {
                        if (seen.Add(parameter))
                        {
                            yield return ($"{childName}.{below}", parameter);
                        }
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(entry => entry.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                foreach (var (ownName, (buffer, persistent)) in ownBuffers)
                {
                    if (buffer is not null && (persistent || include_nonpersistent))
                    {
                        yield return (ownName, buffer);
                    }
                }

                if (!recurse)
                {
                    yield break;
                }

                foreach (var (childName, child) in named_children())
                {
                    foreach (var (below, buffer) in child.named_buffers(true, include_nonpersistent))
                    {
                        yield return ($"{childName}.{below}", buffer);
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            public virtual bool has_parameter(string target) => named_parameters().Any(entry => entry.name == target);

            /// <returns>The parameter of that dotted name, or null.</returns>
            public virtual Parameter? get_parameter(string target) =>
                named_parameters().FirstOrDefault(entry => entry.name == target).parameter;

            public virtual bool has_buffer(string target) => named_buffers().Any(entry => entry.name == target);

            /// <returns>The buffer of that dotted name, or null.</returns>
            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(entry => entry.name == target).buffer;
        }
    }
}
