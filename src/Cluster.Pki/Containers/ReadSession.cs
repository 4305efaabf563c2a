using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Containers;

/// <summary>Collects what one reading finds.</summary>
internal sealed class ReadSession
{
    private readonly List<FoundContainer> _containers = [];
    private readonly List<CertificateInfo> _certificates = [];
    private readonly List<PrivateKeyMaterial> _keys = [];
    private readonly List<SigningRequestInfo> _requests = [];
    private readonly List<PkiError> _problems = [];
    private readonly Dictionary<string, string> _friendlyNames = new(StringComparer.Ordinal);
    private readonly List<string?> _passwords;

    public ReadSession(ReadOptions options)
    {
        Budget = options.Budget ?? new ReadBudget();
        PasswordGiven = options.Passwords.Any(p => p.Length > 0);
        // Some software writes "no password" as the empty one and some as none at all.
        _passwords = [.. options.Passwords, "", null];
        _passwords = [.. _passwords.Distinct()];
    }

    public ReadBudget Budget { get; }

    public bool PasswordGiven { get; }

    /// <summary>Passwords in the order in which they are tried.</summary>
    public IReadOnlyList<string?> Passwords => _passwords;

    public bool HasProblems => _problems.Count > 0;

    public int Found => _certificates.Count + _keys.Count + _requests.Count;

    /// <summary>Tries this one first from now on: objects of one file mostly share their password.</summary>
    public void PreferPassword(string? password)
    {
        // The empty one and none stand for each other: the next object may know only one of them.
        string?[] first = string.IsNullOrEmpty(password) ? [password, password is null ? "" : null] : [password];
        _passwords.RemoveAll(first.Contains);
        _passwords.InsertRange(0, first);
    }

    public void Add(FoundContainer container) => _containers.Add(container);

    public void Add(PkiError problem)
    {
        if (!_problems.Contains(problem)) _problems.Add(problem);
    }

    public void AddFriendlyName(string digest, string name) => _friendlyNames.TryAdd(digest, name);

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

        _certificates.Add(certificate);
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

        if (_keys.Find(k => k.Public.Matches(key.Public)) is { } known)
        {
            key.Dispose();
            return known;
        }

        _keys.Add(key);
        return key;
    }

    public void AddRequest(ReadOnlySpan<byte> der)
    {
        if (!MayAdd("A certificate request")) return;
        if (SigningRequests.Read(der).TryGet(out var request, out var error)) _requests.Add(request);
        else Add(error);
    }

    public ReadResult Finish() => new()
    {
        Containers = _containers,
        Certificates = _certificates,
        PrivateKeys = _keys,
        SigningRequests = _requests,
        FriendlyNames = _friendlyNames,
        Problems = _problems,
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
