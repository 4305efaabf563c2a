using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Containers;

/// <summary>Collects what one reading finds.</summary>
internal sealed class ReadSession
{
    private const long CertificateCost = 200_000;
    private const long CertificateByteCost = 50;

    private readonly List<FoundContainer> containers = [];
    private readonly List<CertificateInfo> certificates = [];
    private readonly List<PrivateKeyMaterial> keys = [];
    private readonly List<SigningRequestInfo> requests = [];
    private readonly List<PkiError> problems = [];
    private readonly List<CertificateFinding> notes = [];
    private readonly List<OtherObject> others = [];
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

    /// <summary>Whether a password, not the want of one, has opened something.</summary>
    public bool PasswordOpened { get; private set; }

    /// <summary>Passwords in the order in which they are tried.</summary>
    public IReadOnlyList<string?> Passwords => passwords;

    /// <summary>Tries this one first from now on: objects of one file mostly share their password.</summary>
    public void PreferPassword(string? password)
    {
        PasswordOpened |= !string.IsNullOrEmpty(password);
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

    public void Add(CertificateFinding note)
    {
        if (!notes.Contains(note)) notes.Add(note);
    }

    /// <summary>Notes something that was recognised and is of no use here; it matters when there is nothing else.</summary>
    public void Add(OtherObject other)
    {
        if (!others.Contains(other)) others.Add(other);
    }

    public void AddFriendlyName(string digest, string name) => friendlyNames.TryAdd(digest, name);

    /// <summary>Adds a certificate that this reader and the platform both understand.</summary>
    public CertificateInfo? AddCertificate(ReadOnlySpan<byte> der)
    {
        if (!MayAdd("A certificate", CertificateCost + (der.Length * CertificateByteCost))) return null;
        if (CertificateDecoder.TryDecode(der, out var where) is not { } certificate)
        {
            Add(Refusals.MalformedCertificate($"its {where} is not encoded as RFC 5280 and X.690 say"));
            return null;
        }

        if (certificate.Defects.FirstOrDefault(d => d.Fatal) is { } defect)
        {
            Add(Refusals.MalformedCertificate($"'{Shown(certificate)}' {defect.Text} ({defect.Source}); no peer takes it"));
            return null;
        }

        if (!PlatformReads(certificate))
        {
            Add(Refusals.MalformedCertificate($"'{Shown(certificate)}' is not read by OpenSSL"));
            return null;
        }

        certificates.Add(certificate);
        return certificate;
    }

    /// <summary>Adds a private key once.</summary>
    public PrivateKeyMaterial? AddKey(ReadOnlySpan<byte> pkcs8)
    {
        if (!MayAdd("A private key", KeyCosts.Reading(pkcs8.Length))) return null;
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
        if (!MayAdd("A certificate request", CertificateCost + (der.Length * CertificateByteCost))) return;
        var read = SigningRequests.Read(der, CertificateReader.MaximumSize, MayVerify);
        if (read.TryGet(out var request, out var error)) requests.Add(request);
        else Add(error);
    }

    public ReadResult Finish()
    {
        var found = certificates.Count + keys.Count + requests.Count > 0;
        return new ReadResult
        {
            Containers = containers,
            Certificates = certificates,
            PrivateKeys = keys,
            SigningRequests = requests,
            FriendlyNames = friendlyNames,
            // Something of no use is an information beside something useful. Alone it is the reason of the refusal, which names it.
            Problems = found || problems.Count > 0 ? problems : [Refusals.NothingInside(others)],
            Notes = found ? [.. notes, .. others.Select(ReadNotes.Skipped)] : [],
        };
    }

    private static string Shown(CertificateInfo certificate) => SubjectRules.Shown(certificate.Subject);

    private PkiError? MayVerify(PublicKeyMaterial key) => Budget.TrySpend(KeyCosts.Verifying(key))
        ? null
        : Refusals.TooExpensive("A certificate request", "verifying its signature takes more work than is done for one file");

    private bool MayAdd(string what, long cost)
    {
        if (!Budget.TryTakeObject())
        {
            Add(Refusals.TooExpensive(what, "there are more objects than are read at once"));
            return false;
        }

        if (Budget.TrySpend(cost)) return true;
        Add(Refusals.TooExpensive(what, "reading it, with what came before it, takes more work than is done for one file"));
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
