using System.CommandLine;
using Cluster.Agent.State;

namespace Cluster.Agent.Programs;

/// <summary>Options of every verb; each can also come from the environment as <c>CLUSTER_AGENT__NAME</c>.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string> stateDirectory =
        FromEnvironment("--state-dir", "Where the agent keeps its state.", "/var/lib/cluster-agent");
    private readonly Option<string> config =
        FromEnvironment("--config", "The host's own file: which services, paths and users exist.", "/etc/cluster-agent/agent.json");

    /// <summary>Adds them to a verb.</summary>
    public CommonOptions(Command verb)
    {
        verb.Options.Add(stateDirectory);
        verb.Options.Add(config);
    }

    public StateDirectory State(ParseResult parsed) => new(parsed.GetRequiredValue(stateDirectory));

    /// <summary>Path of the local file.</summary>
    public string Config(ParseResult parsed) => parsed.GetRequiredValue(config);

    /// <summary>An option with a default, or the environment's value.</summary>
    public static Option<string> FromEnvironment(string name, string description, string otherwise) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(VariableOf(name)) ?? otherwise,
    };

    /// <summary>An option that must be given, here or in the environment.</summary>
    public static Option<string> Required(string name, string description)
    {
        var fromEnvironment = Environment.GetEnvironmentVariable(VariableOf(name));
        var option = new Option<string>(name) { Description = description, Required = fromEnvironment is null };
        if (fromEnvironment is not null) option.DefaultValueFactory = _ => fromEnvironment;
        return option;
    }

    private static string VariableOf(string name) => "CLUSTER_AGENT__" + name.TrimStart('-').Replace('-', '_').ToUpperInvariant();
}
