using System.CommandLine;

var root = new RootCommand("Measures this toolkit beside named peers in the same run.");
return await root.Parse(args).InvokeAsync();
