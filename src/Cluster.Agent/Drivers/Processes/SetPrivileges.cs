using System.Globalization;
using Cluster.Agent.State;

namespace Cluster.Agent.Drivers.Processes;

/// <summary>Runs a program of the host as one of its users: setpriv(1) of util-linux.</summary>
internal static class SetPrivileges
{
    /// <summary>Its absolute path on every system with util-linux.</summary>
    public const string Program = "/usr/bin/setpriv";

    /// <summary>Its arguments for a user, before the command.</summary>
    /// <exception cref="IOException">There is no such user.</exception>
    public static string[] ArgumentsOf(string user) => Privileges.Find(user) is { } owner
        ?
        [
            $"--reuid={owner.User.ToString(CultureInfo.InvariantCulture)}", $"--regid={owner.Group.ToString(CultureInfo.InvariantCulture)}",
            "--init-groups", "--no-new-privs",
        ]
        : throw new IOException($"There is no user {user} on this host any more.");
}
