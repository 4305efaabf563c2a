using System.CommandLine;

namespace Cluster.Agent.Programs;

/// <summary>Ends a hold.</summary>
internal static class ReleaseVerb
{
    public static Command Make()
    {
        var verb = new Command("release", "Ends a hold: applies what was assigned meanwhile.");
        var common = new CommonOptions(verb);
        verb.SetAction((parsed, ct) => HoldVerb.SetAsync(common.State(parsed), new ControlRequest { Verb = "release" }, ct));
        return verb;
    }
}
