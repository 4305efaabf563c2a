using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Containers;

/// <summary>Collects what one reading finds.</summary>
internal sealed class ReadSession
{
    private readonly List<FoundContainer> containers = [];
    private readonly List<CertificateInfo> certificates = [];
    private readonly List<PrivateKeyMaterial> keys = [];
    private readonly List<SigningRequestInfo> requests = [];
    private readonly List<PkiError> problems = [];
    private readonly Dictionary<string, string> friendlyNames = new(StringComparer.Ordinal);
    private readonly List<string?> passwords;

    public ReadSession(ReadOptions options)
    {
        Budget = options.Budget ?? new ReadBudget();
        PasswordGiven = options.Passwords.Any(p => p.Length > 0);
        // Some software writes "no password" as the empty one and some as none at all.
        passwords = [.. options.Passwords, "", null];
        passwords = [.. passwords.Distinct()];
    }

    public ReadBudget Budget { get; }

    public bool PasswordGiven { get; }

    /// <summary>Passwords in the order in which they are tried.</summary>
    public IReadOnlyList<string?> Passwords => passwords;

    public bool HasProblems => problems.Count > 0;

    public int Found => certificates.Count + keys.Count + requests.Count;

    /// <summary>Tries this one first from now on: objects of one file mostly share their password.</summary>
    public void PreferPassword(string? password)
    {
        // The empty one and none stand for each other: the next object may know only one of them.
        string?[] first = string.IsNullOrEmpty(password) ? [password, password is null ? "" : null] : [password];
        passwords.RemoveAll(first.Contains);
        passwords.InsertRange(0, first);
    }

    public void Add(FoundContainer container) => containers.Add(container);

    public void Add(PkiError problem)
    {
        if (!problems.Contains(problem)) problems.Add(problem);
    }

    public void AddFriendlyName(string digest, string name) => friendlyNames.TryAdd(digest, name);

    /// <summary>Adds a certificate that this reader and the platform both understand.</summary>
    public CertificateInfo? AddCertificate(ReadOnlySpan<byte> der)
    {
        if (!MayAdd("A certificate")) return null;
        var certificate = CertificateInfo.TryRead(der);
        if (certificate is null || !PlatformReads(certificate))
        {
            Add(Refusals.Damaged("A certificate", "its structure is not that of RFC 5280"));
            return null;
        }

        certificates.Add(certificate);
        return certificate;
    }

    /// <summary>Adds a private key once.</summary>
    public PrivateKeyMaterial? AddKey(ReadOnlySpan<byte> pkcs8)
    {
        if (!MayAdd("A private key")) return null;
        var key = PrivateKeyMaterial.TryReadPkcs8(pkcs8);
        if (key is null)
        {
            Add(KeyRefusal.For(pkcs8));
            return null;
        }

        if (keys.Find(k => k.Public.Matches(key.Public)) is { } known)
        {
            key.Dispose();
            return known;
        }

        keys.Add(key);
        return key;
    }

    public void AddRequest(ReadOnlySpan<byte> der)
    {
        if (!MayAdd("A certificate request")) return;
        if (SigningRequests.Read(der).TryGet(out var request, out var error)) requests.Add(request);
        else Add(error);
    }

    public ReadResult Finish() => new()
    {
        Containers = containers,
        Certificates = certificates,
        PrivateKeys = keys,
        SigningRequests = requests,
        FriendlyNames = friendlyNames,
        Problems = problems,
    };

    private bool MayAdd(string what)
    {
        if (Budget.TryTakeObject()) return true;
        Add(Refusals.TooExpensive(what, "there are more objects than are read at once"));
        return false;
    }

    private static bool PlatformReads(CertificateInfo certificate)
    {
        try
        {
            using var loaded = X509CertificateLoader.LoadCertificate(certificate.Der.Span);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
