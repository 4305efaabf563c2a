using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>What becomes of mail that is given to a transport.</summary>
internal enum TransportKind
{
    /// <summary>It leaves by smtp(8), under the policies for next hops.</summary>
    Smtp,

    /// <summary>It leaves by lmtp(8), which knows nothing of those policies.</summary>
    Lmtp,

    /// <summary>A program of the host takes it, and nobody can tell what that does with it.</summary>
    Program,

    /// <summary>It stays: delivered here, returned, or thrown away.</summary>
    Stays,
}

/// <summary>A delivery agent of master.cf.</summary>
/// <param name="Name">Name of the service.</param>
/// <param name="Kind">What becomes of mail.</param>
/// <param name="Options">Its own parameters (<c>-o</c>), expanded; they count more than main.cf.</param>
internal sealed record MailTransport(string Name, TransportKind Kind, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Whether it is local(8), which may hand mail on to another transport.</summary>
    public bool IsLocal { get; init; }

    /// <summary>What is said of a word of its entry behind which no option is seen; null = there is none.</summary>
    public string? Unclear { get; init; }

    /// <summary>Whether it is locked into the queue's directory, where it has files of its own.</summary>
    public bool IsChrooted { get; init; }

    private static readonly IReadOnlyDictionary<string, string> NoOptions = new Dictionary<string, string>();

    /// <summary>The delivery agents of a master.cf by name.</summary>
    /// <param name="master">The file.</param>
    /// <param name="options">Options by <c>service/type</c>.</param>
    /// <param name="chroots">Whether an entry is chrooted that does not say.</param>
    public static IReadOnlyDictionary<string, MailTransport> All(
        MasterCf master, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> options, bool chroots) =>
        master.Entries.Where(e => e.Type == "unix")
            .Select(e => new MailTransport(e.Service, KindOf(e.Command), options.GetValueOrDefault($"{e.Service}/{e.Type}") ?? NoOptions)
            {
                IsChrooted = e.Chroot == "y" || (e.Chroot == "-" && chroots),
                Unclear = e.Unclear,
                IsLocal = Path.GetFileName(e.Command) == "local",
            })
            .GroupBy(t => t.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

    private static TransportKind KindOf(string command) => Path.GetFileName(command) switch
    {
        "smtp" => TransportKind.Smtp,
        "lmtp" => TransportKind.Lmtp,
        "local" or "virtual" or "error" or "discard" => TransportKind.Stays,
        _ => TransportKind.Program,
    };
}
