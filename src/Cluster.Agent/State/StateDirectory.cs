using Cluster.Contracts.Files;

namespace Cluster.Agent.State;

/// <summary>Where the agent keeps what must survive: a part for the session process, a part that only root reads.</summary>
internal sealed class StateDirectory(string root)
{
    private const UnixFileMode Passage =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The directory itself; others may only pass through.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Identity and trust of the session process; belongs to the session user.</summary>
    public string Session => Path.Combine(Root, "session");

    /// <summary>Everything of the apply process; root only.</summary>
    public string Apply => Path.Combine(Root, "apply");

    /// <summary>Held by the one process that may change the state.</summary>
    public string LockFile => Path.Combine(Root, "lock");

    /// <summary>Where verbs talk to a running agent; root only.</summary>
    public string ControlSocket => Path.Combine(Apply, "control.sock");

    /// <summary>A driver's own directory for one service.</summary>
    public string Driver(string service) => Path.Combine(Apply, "drivers", service);

    /// <summary>Makes what is missing; gives the session's part to its user.</summary>
    /// <param name="sessionOwner">Null when the agent runs as one user.</param>
    /// <exception cref="IOException">The file system refuses.</exception>
    public void Prepare(FileOwner? sessionOwner)
    {
        Make(Root, Passage);
        Make(Session, OwnerOnly);
        foreach (var name in new[] { "", "parts", "keys", "services", "journal", "drivers" })
        {
            Make(Path.Combine(Apply, name), OwnerOnly);
        }

        // Only the directory: files are born with their owner, and the session user could put links to others' files here.
        if (sessionOwner is { } owner) Privileges.ChangeOwner(Session, owner);
    }

    /// <summary>Removes what a crash in the middle of writing a file left.</summary>
    public void Sweep()
    {
        foreach (var directory in new[]
        {
            Session,
            Apply,
            Path.Combine(Apply, "parts"),
            Path.Combine(Apply, "keys"),
            Path.Combine(Apply, "services"),
            Path.Combine(Apply, "journal")
        })
        {
            if (Directory.Exists(directory)) AtomicFile.Sweep(directory);
        }
    }

    private static void Make(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path)) return;
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
    }
}
