using Cluster.Agent.Link;
using Cluster.Agent.Programs;
using Cluster.Agent.State;

namespace Cluster.Agent.Session;

/// <summary>Entry of the session process: gives up root, then talks through its standard input and output.</summary>
internal static class SessionProcess
{
    /// <summary>The hidden verb.</summary>
    public const string Verb = "session";

    /// <summary>Arguments: state directory, session user (empty = stay who we are).</summary>
    public static async Task<int> RunAsync(string stateDirectory, string user)
    {
        if (user.Length > 0) Privileges.Become(user);
        using var link = new LinkStream(Console.OpenStandardInput(), Console.OpenStandardOutput());
        var context = new SessionContext(new StateDirectory(stateDirectory), link, TimeProvider.System);
        await new SessionLoop(context, new SessionFeed(), new StandardErrorLog("session")).RunAsync();
        return ExitCodes.Ok;
    }
}
