// The official sources name Assembly and target frameworks whose project files import this namespace.
global using System.Reflection;
