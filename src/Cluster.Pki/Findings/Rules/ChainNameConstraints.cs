using System.Net;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>An authority may not issue for a name that stands below it.</summary>
internal sealed class ChainNameConstraints : IChainRule
{
    public string Code => "chain-name-constraints";

    public string Reference => "RFC 5280, 4.2.1.10";

    public ChainProblem? Judge(JudgedPath path, FindingContext context)
    {
        if (ConstrainedNames.Check(path.Certificates, context.Budget) is not { } problem) return null;
        if (problem.Violation is not { } violation)
        {
            return new(
                $"The nameConstraints of '{problem.Authority.Subject}' have a minimum or maximum, which RFC 5280 forbids; OpenSSL and "
                    + "Postfix with it refuse the chain.",
                "Have the certificate issued by another authority.");
        }

        var why = violation.Excluded ? "exclude it" : "permit other names only";
        return new(
            $"'{problem.Authority.Subject}' may not issue for {Text(violation.Name)} of '{problem.Certificate.Subject}': its "
                + $"nameConstraints {why}. OpenSSL, Postfix with it, GnuTLS and Go refuse the chain{OfJava(path, problem)}.",
            "Have the certificate issued without this name, or by an authority that may issue for it.");
    }

    private static string OfJava(JudgedPath path, ConstraintProblem problem) =>
        path.Ends && problem.Authority.Equals(path.Certificates[^1])
            ? "; Java does not look at this of a root"
            : ", and so does Java";

    private static string Text(GeneralName name) => name.Kind switch
    {
        GeneralNameKind.Directory => "the subject",
        GeneralNameKind.Address => name.Bytes.Length is 4 or 16 ? $"the address {new IPAddress(name.Bytes)}" : "an address",
        GeneralNameKind.Dns => $"the host name '{name.Text}'",
        GeneralNameKind.Email => $"the e-mail address '{name.Text}'",
        GeneralNameKind.Uri => $"the URI '{name.Text}'",
        _ => "a name",
    };
}
