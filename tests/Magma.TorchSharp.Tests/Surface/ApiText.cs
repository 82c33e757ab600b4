using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Magma.TorchSharp.Tests.Surface;

/// <summary>Writes public types and members as tests/golden/torchsharp-api/torchsharp-api.txt does: one line each.</summary>
internal static partial class ApiText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    private static readonly string[] PlainNamespaces = ["System", "System.Collections.Generic"];

    /// <summary>The listing leaves namespaces out in some places and not in others; comparison is without those of the library.</summary>
    public static string Plain(string line) => LibraryPrefix().Replace(line, string.Empty);

    public static string TypeLine(Type type)
    {
        if (type.IsEnum)
        {
            return $"enum {NameOf(type)}";
        }

        if (type.IsInterface || type.IsValueType)
        {
            return $"{(type.IsInterface ? "interface" : "struct")} {NameOf(type)}";
        }

        var modifier = type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : string.Empty;
        var parent = type.BaseType is null || type.BaseType == typeof(object) || modifier == "static "
            ? string.Empty
            : $" : {NameOf(type.BaseType)}";
        return $"{modifier}class {NameOf(type)}{parent}";
    }

    public static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var constructor in type.GetConstructors(Declared).Where(IsVisible))
        {
            // A constructor without parameters is only written where there are others.
            if (constructor.GetParameters().Length > 0)
            {
                yield return $"{Protected(constructor)}new({Parameters(constructor)})";
            }
        }

        foreach (var method in type.GetMethods(Declared).Where(IsVisible))
        {
            if (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            {
                yield return Method(method);
            }
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = property.GetAccessors(true).Where(IsVisible).ToArray();
            if (accessors.Length > 0)
            {
                yield return Property(property, accessors);
            }
        }

        foreach (var field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily))
        {
            var modifier = field.IsLiteral ? "const " : field.IsStatic ? "static " : string.Empty;
            yield return $"{modifier}{NameOf(field.FieldType)} {field.Name}";
        }
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Protected(MethodBase method) => method.IsPublic ? string.Empty : "protected ";

    private static string Method(MethodInfo method)
    {
        var modifier = method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => string.Empty,
        };
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : string.Empty;
        return $"{Protected(method)}{modifier}{NameOf(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property, MethodInfo[] accessors)
    {
        var modifier = accessors[0].IsStatic ? "static " : string.Empty;
        var parameters = property.GetIndexParameters();
        var name = parameters.Length > 0 ? $"this[{string.Join(", ", parameters.Select(Parameter))}]" : property.Name;
        var has = string.Concat(accessors.Select(accessor => accessor == property.GetMethod ? "get; " : "set; "));
        return $"{Protected(accessors[0])}{modifier}{NameOf(property.PropertyType)} {name} {{ {has}}}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var isParams = parameter.IsDefined(typeof(ParamArrayAttribute));
        var modifier = isParams ? "params " : parameter.IsOut ? "out " : type.IsByRef ? "ref " : string.Empty;
        var name = $"{modifier}{NameOf(type.IsByRef ? type.GetElementType()! : type)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{name} = {Default(parameter)}" : name;
    }

    private static string Default(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return parameter.RawDefaultValue switch
        {
            null => "default",
            var value when type.IsEnum => Enum.GetName(type, value)!,
            bool value => value ? "true" : "false",
            string value => $"\"{value}\"",
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => $"{value}",
        };
    }

    private static string NameOf(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return $"{NameOf(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return $"{NameOf(inner)}?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var own = type.Name.Split('`')[0];
        var arguments = type.GetGenericArguments();
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var written = arguments.Length > inherited ? $"{own}<{string.Join(", ", arguments.Skip(inherited).Select(NameOf))}>" : own;
        if (type.IsNested)
        {
            var outer = type.DeclaringType!;
            return $"{NameOf(inherited > 0 ? outer.MakeGenericType(arguments[..inherited]) : outer)}.{written}";
        }

        return type.Namespace is null || PlainNamespaces.Contains(type.Namespace) ? written : $"{type.Namespace}.{written}";
    }

    [GeneratedRegex(@"\b(TorchSharp|torch|Modules|Utils)\.")]
    private static partial Regex LibraryPrefix();
}
