using Cluster.Contracts.Files;

namespace Cluster.Storage.Secrets;

/// <summary>Where the key-encryption keys of this manager lie: a file, or text that the environment gave.</summary>
public sealed class KekSource
{
    /// <summary>Name of the credential that a service manager may hand over.</summary>
    public const string CredentialName = "cluster-kek";

    private const UnixFileMode OthersCanRead = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private readonly Lock gate = new();
    private readonly string? text;
    private (DateTime Written, long Length)? read;

    private KekSource(string? path, string? text, bool given)
    {
        Path = path;
        this.text = text;
        Given = given;
    }

    /// <summary>The file; null when the keys came through the environment.</summary>
    public string? Path { get; }

    /// <summary>True when an administrator named the source: nothing is ever created there.</summary>
    public bool Given { get; }

    /// <summary>
    /// Finds the source: the named file, else the text, else the credential <see cref="CredentialName"/>, else the default file.
    /// </summary>
    /// <param name="namedFile">File that the administrator named; null = none.</param>
    /// <param name="text">Keys as text, from the environment; null = none.</param>
    /// <param name="credentialDirectory">Credential directory of the service manager; null = none.</param>
    /// <param name="defaultFile">File that the first start makes.</param>
    public static KekSource Find(string? namedFile, string? text, string? credentialDirectory, string defaultFile)
    {
        if (namedFile is not null) return new KekSource(namedFile, null, given: true);
        if (!string.IsNullOrEmpty(text)) return new KekSource(null, text, given: true);
        var credential = credentialDirectory is null ? null : System.IO.Path.Combine(credentialDirectory, CredentialName);
        return credential is not null && File.Exists(credential)
            ? new KekSource(credential, null, given: true)
            : new KekSource(defaultFile, null, given: false);
    }

    /// <summary>Whether there are keys.</summary>
    public bool Exists => text is not null || File.Exists(Path);

    /// <summary>A ring that follows the source: a rotation is noticed while running.</summary>
    public KekRing ToRing() => new(ReadIfChanged);

    /// <summary>Makes the default file with a new key, durably; only for an empty database.</summary>
    /// <returns>False when a file was there.</returns>
    public bool TryCreate() => !Given && AtomicFile.TryCreate(Path!, KekText.Write([Kek.Create()]));

    /// <summary>Reads all keys.</summary>
    /// <exception cref="SealedRecordException">The source cannot be read or is malformed.</exception>
    public IReadOnlyList<Kek> Read()
    {
        try
        {
            if (text is not null) return KekText.Read(text);
            if ((File.GetUnixFileMode(Path!) & OthersCanRead) != 0)
                throw new SealedRecordException($"Others can read the key-encryption key in {Path}; run: chmod 0600 {Path}");
            return KekText.Read(File.ReadAllText(Path!));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SealedRecordException($"The key-encryption key in {Path ?? "the environment"} cannot be read: {e.Message}", e);
        }
    }

    private IReadOnlyList<Kek>? ReadIfChanged()
    {
        lock (gate)
        {
            var state = Path is null ? (DateTime.UnixEpoch, 0) : Look();
            if (state is null || state == read) return null;
            var keys = Read();
            read = state;
            return keys;
        }
    }

    private (DateTime Written, long Length)? Look()
    {
        var file = new FileInfo(Path!);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
    }
}
