using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Adds a parameter under a name, which must be new and without dots; it leaves its dispose scope. Null reserves the name.
            /// </summary>
            /// <exception cref="ArgumentException">The name is empty, has a dot or is taken.</exception>
            public virtual void register_parameter(string name, Parameter? param)
            {
                CheckName(name);
                param?.DetachFromDisposeScope();
                ownParameters.Add(name, param);
            }

            /// <summary>
            /// Adds a tensor that belongs to the state but is not trained; one that is not persistent stays out of the state dictionary.
            /// </summary>
            /// <exception cref="ArgumentException">The name is empty, has a dot or is taken.</exception>
            public virtual void register_buffer(string name, Tensor? tensor, bool persistent = true)
            {
                CheckName(name);
                tensor?.DetachFromDisposeScope();
                ownBuffers.Add(name, (tensor, persistent));
            }

            /// <summary>Adds a module under a name.</summary>
            /// <exception cref="ArgumentException">The name is empty, has a dot or is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                CheckName(name);
                ownModules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>
            /// Registers the fields of this object that hold parameters, modules or tensors, under their names (or what
            /// <see cref="ComponentNameAttribute"/> says). Fields already registered are left alone.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                foreach (var field in Fields())
                {
                    var component = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    switch (field.GetValue(this))
                    {
                        case Module child when !ownModules.ContainsKey(component) && !ownModules.ContainsValue(child):
                            register_module(component, child);
                            break;
                        case Parameter parameter when !ownParameters.ContainsKey(component) && !ownParameters.ContainsValue(parameter):
                            register_parameter(component, parameter);
                            break;
                        case Tensor buffer and not Modules.Parameter when !ownBuffers.ContainsKey(component) && !IsBuffer(buffer):
                            register_buffer(component, buffer);
                            break;
                    }
                }
            }

            /// <summary>Registers the parameter, or replaces the one of that name.</summary>
            protected void ConditionallyRegisterParameter(string name, Tensor? value) =>
                ConditionallyRegisterParameter(name, value as Parameter ?? (value is null ? null : new Parameter(value)));

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                value?.DetachFromDisposeScope();
                ownParameters[name] = value;
            }

            /// <summary>Registers the buffer, or replaces the one of that name.</summary>
            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                value?.DetachFromDisposeScope();
                ownBuffers[name] = (value, persistent);
            }

            protected void ClearModules() => ownModules.Clear();

            private bool IsBuffer(Tensor tensor) => ownBuffers.Values.Any(entry => ReferenceEquals(entry.Value, tensor));

            private IEnumerable<FieldInfo> Fields()
            {
                var types = new Stack<Type>();
                for (var type = GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                {
                    types.Push(type);
                }

                const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                return types.SelectMany(type => type.GetFields(Own));
            }

            private void CheckName(string component)
            {
                if (component.Length == 0 || component.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"'{component}' cannot name a component: it must not be empty or contain a dot");
                }

                if (ownParameters.ContainsKey(component) || ownBuffers.ContainsKey(component) || ownModules.ContainsKey(component))
                {
                    throw new ArgumentException($"{GetName()} already has a component '{component}'");
                }
            }
        }
    }
}
