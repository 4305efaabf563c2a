using System.CommandLine;

namespace Cluster.Agent.Programs;

/// <summary>Ends a hold.</summary>
internal static class ReleaseVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("release", "Ends a hold: applies what was assigned meanwhile.");
        var common = new CommonOptions(verb);
        verb.SetAction((parsed, cancellation) => HoldVerb.SetAsync(common.State(parsed), new ControlRequest { Verb = "release" }, cancellation));
        return verb;
    }
}
