using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A parameter over the tensor's memory; the tensor becomes empty.</summary>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        /// <summary>
        /// A part of a network: parameters, buffers and modules by name. A derived class keeps them in fields and calls
        /// <see cref="RegisterComponents"/> at the end of its constructor, or registers them itself. Owns all three: disposing it
        /// disposes them.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly string name;
            private readonly OrderedDictionary<string, Parameter?> ownParameters = [];
            private readonly OrderedDictionary<string, (Tensor? Value, bool Persistent)> ownBuffers = [];
            private readonly OrderedDictionary<string, Module> ownModules = [];

            protected Module(string name)
            {
                this.name = name;
            }

            /// <summary>True while training: dropout drops, batch norm gathers statistics.</summary>
            public bool training { get; private set; } = true;

            public virtual string GetName() => name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, child) in named_children())
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            /// <summary>Calls the function for the modules below, then for this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in named_children())
                {
                    child.apply(fn);
                }

                fn(this);
                return this;
            }

            /// <summary>Clears the gradients of all parameters: frees them, or fills them with zeros.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var (_, parameter) in named_parameters())
                {
                    using var gradient = parameter.grad?.DetachFromDisposeScope();
                    if (gradient is null)
                    {
                        continue;
                    }

                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        gradient.detach_().zero_();
                    }
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                {
                    return;
                }

                foreach (var parameter in ownParameters.Values)
                {
                    parameter?.Dispose();
                }

                foreach (var (buffer, _) in ownBuffers.Values)
                {
                    buffer?.Dispose();
                }

                foreach (var child in ownModules.Values)
                {
                    child.Dispose();
                }
            }
        }
    }
}
