using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Pki;
using Cluster.Pki.Chains;
using Cluster.Pki.Containers;
using Cluster.Pki.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Why an operation on certificates is refused.</summary>
internal static class CertificateFailures
{
    /// <summary>What the reader of containers refused.</summary>
    public static Failure Unreadable(string pointer, IReadOnlyList<PkiError> problems) =>
        new(FailureCategory.Invalid, problems[0].Code, Text(problems[0]))
        {
            Errors = [.. problems.Select(p => new FieldError(pointer, p.Code, Text(p)))],
        };

    /// <summary>More parts than are read at once.</summary>
    public static Failure TooManyParts(int count, int maximum) =>
        CommonFailures.Invalid(
            [
                new FieldError(
                    "/certificates",
                    FieldErrorCodes.TooMany,
                    $"{count} parts were sent, at most {maximum} are read. Put several certificates into one part.")
            ]);

    /// <summary>Names that do not fit.</summary>
    public static Failure Names(IReadOnlyList<NameProblem> problems) =>
        CommonFailures.Invalid([.. problems.Select(p => new FieldError("/" + p.Field, p.Code, p.Detail))]);

    /// <summary>A choice of the key that does not work.</summary>
    /// <param name="error">Why.</param>
    /// <param name="found">What was read; its keys are listed.</param>
    public static Failure Key(PkiError error, ReadResult found) => new(FailureCategory.Invalid, error.Code, Text(error))
    {
        Extensions = new Dictionary<string, JsonNode?>
        {
            ["keys"] = new JsonArray([.. found.PrivateKeys.Select(k => (JsonNode)new JsonObject
            {
                ["publicKeySha256"] = k.PublicKeySha256,
                ["algorithm"] = KeyMaking.NameOf(k.Algorithm),
                ["size"] = k.Size,
                ["subject"] = ChainRepair.FindLeaf(k.PublicKeySha256, found.Certificates)?.Subject,
            })]),
        },
    };

    /// <summary>The name is taken at the level.</summary>
    public static Failure Taken(string name, string level) => new(
        FailureCategory.Conflict,
        ProblemCodes.NameTaken,
        $"The level {level} defines the certificate '{name}' already; import or renew it to "
            + "get a new version, or choose another name.");

    /// <summary>No certificate came; says what did.</summary>
    public static Failure NoCertificate(ReadResult found) => new(
        FailureCategory.Invalid,
        ProblemCodes.NoCertificate,
        found switch
        {
            { SigningRequests.Count: > 0 } =>
                "The data holds a certificate signing request, but no certificate. Send the request to an authority, and the certificate "
                    + "that it issues here.",
            { PrivateKeys.Count: > 0 } => "The data holds a private key, but no certificate. Send the certificate that was issued for it.",
            _ => "The data holds no certificate; send the signed certificate.",
        });

    /// <summary>The key of what was uploaded is not known here.</summary>
    public static Failure UnknownKey(IReadOnlyList<(string Name, string Level)> fits) => new(
        FailureCategory.Invalid,
        ProblemCodes.KeyUnknown,
        fits.Count == 0
            ? "None of the certificates belongs to a key of this name and level, or to any other key of this cluster; nothing was "
                + "changed. Import the certificate together with its key, or have the right request signed."
            : "None of the certificates belongs to a key of this name and level; nothing was changed. The key belongs to "
                + $"{string.Join(", ", fits.Select(f => $"'{f.Name}' at {f.Level}"))}; upload it there.")
    {
        Extensions = new Dictionary<string, JsonNode?>
        {
            ["fits"] = new JsonArray([.. fits.Select(f => (JsonNode)new JsonObject { ["name"] = f.Name, ["level"] = f.Level })]),
        },
    };

    /// <summary>A version with this key was marked compromised.</summary>
    public static Failure Compromised { get; } = new(
        FailureCategory.Conflict, ProblemCodes.KeyCompromised, "A version with this key is marked compromised; make a new key and have a "
            + "certificate issued for that.");

    /// <summary>The version was destroyed.</summary>
    public static Failure Destroyed(int number) => new(
        FailureCategory.Conflict, ProblemCodes.VersionDestroyed, $"Version {number} was destroyed.");

    /// <summary>The private key is not in the manager.</summary>
    public static Failure NoPrivateKey(string name) =>
        new(
            FailureCategory.Conflict,
            ProblemCodes.NoPrivateKey,
            $"The manager has no private key of '{name}'; it was destroyed or never left its host.");

    /// <summary>A version that something still uses.</summary>
    public static Failure VersionInUse(int number, IReadOnlyList<string> users) => new(
        FailureCategory.Conflict, ProblemCodes.InUse, $"Version {number} is in use by {string.Join(", ", users)}; point them to another "
            + "version first.")
    {
        Extensions = new Dictionary<string, JsonNode?>
        {
            ["references"] = new JsonArray([.. users.Select(u => (JsonNode)new JsonObject { ["name"] = u })])
        },
    };

    /// <summary>Too many keys are being made.</summary>
    public static Failure KeyQueueFull { get; } = new(
        FailureCategory.Busy, ProblemCodes.KeyQueueFull, "Many keys are being made; try again in a few seconds.");

    private static string Text(PkiError error) => $"{error.Message} {error.Hint}";
}
