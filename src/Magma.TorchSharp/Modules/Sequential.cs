using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Modules one after the other, by number.</summary>
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
                new([.. modules.Select((module, i) => ($"{i}", module))]);

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => Sequential(modules.ToArray());

            /// <summary>Modules one after the other, by name.</summary>
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) =>
                new(modules.ToArray());

            public static Sequential Sequential() => new([]);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A chain of modules; owns them. The tensors between them are disposed when the next one is made.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<nn.IModule<Tensor, Tensor>> chain = [];

        protected internal Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
            : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules)
            {
                append(name, module);
            }
        }

        public int Count => chain.Count;

        public nn.IModule<Tensor, Tensor> this[int index] => chain[index];

        /// <exception cref="ArgumentException">It is not a module of this library.</exception>
        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            if (module is not nn.Module registered)
            {
                throw new ArgumentException($"{module.GetType()} is not a module");
            }

            register_module(name, registered);
            chain.Add(module);
            return this;
        }

        public Sequential append(nn.IModule<Tensor, Tensor> module) => append($"{Count}", module);

        public override Tensor forward(Tensor tensor)
        {
            if (chain.Count == 0)
            {
                return tensor.alias();
            }

            using var scope = NewDisposeScope();
            var result = tensor;
            foreach (var module in chain)
            {
                var next = module.call(result);
                if (!ReferenceEquals(result, tensor) && !ReferenceEquals(result, next))
                {
                    result.Dispose();
                }

                result = next;
            }

            return result.MoveToOuterDisposeScope();
        }
    }
}
