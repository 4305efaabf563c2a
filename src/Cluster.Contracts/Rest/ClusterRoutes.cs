using Cluster.Contracts.Settings;

namespace Cluster.Contracts.Rest;

/// <summary>Paths below one cluster.</summary>
/// <param name="cluster">Name or id of the cluster.</param>
public sealed class ClusterRoutes(string cluster)
{
    /// <summary>Path of the cluster itself.</summary>
    public string Self { get; } = $"{Routes.Clusters}/{Routes.Segment(cluster)}";

    /// <summary>Groups of machines.</summary>
    public string Groups => Kind(Kinds.Groups);

    /// <summary>Machines, departed ones included.</summary>
    public string Machines => $"{Self}/machines";

    /// <summary>Has every machine report anew.</summary>
    public string Check => $"{Self}/check";

    /// <summary>Tokens by which hosts join.</summary>
    public string JoinTokens => $"{Self}/join-tokens";

    /// <summary>Path of the certificates of a cluster.</summary>
    public string Certificates => Kind(Kinds.Certificates);

    /// <summary>Signing requests, closed ones included.</summary>
    public string SigningRequests => $"{Self}/signing-requests";

    /// <summary>What is found in the running configuration.</summary>
    public string Findings => $"{Self}/findings";

    /// <summary>What people changed on the hosts.</summary>
    public string Drift => $"{Self}/drift";

    /// <summary>Path of the change sets of a cluster.</summary>
    public string ChangeSets => $"{Self}/change-sets";

    /// <summary>Path of the revisions of a cluster.</summary>
    public string Revisions => $"{Self}/revisions";

    /// <summary>Path of the rollouts of a cluster.</summary>
    public string Rollouts => $"{Self}/rollouts";

    /// <summary>Audit events of the cluster.</summary>
    public string Audit => $"{Self}/audit";

    /// <summary>Objects of a kind; of a singleton, the object itself.</summary>
    public string Kind(string kind) => $"{Self}/{Routes.Segment(kind)}";

    /// <summary>Path of one object of a kind.</summary>
    public string Item(string kind, string name) => $"{Kind(kind)}/{Routes.Segment(name)}";

    /// <summary>An action on one object of a kind, for example <c>copy</c>.</summary>
    public string ItemAction(string kind, string name, string action) => $"{Item(kind, name)}/{action}";

    /// <summary>An action on a singleton, for example <c>copy</c>.</summary>
    public string KindAction(string kind, string action) => $"{Kind(kind)}/{action}";

    /// <summary>Path of one group.</summary>
    public string Group(string name) => Item(Kinds.Groups, name);

    /// <summary>Path of one machine.</summary>
    /// <param name="machine">Its name or id.</param>
    public string Machine(string machine) => $"{Machines}/{Routes.Segment(machine)}";

    /// <summary>An action on a machine, for example <c>disconnect</c>.</summary>
    public string MachineAction(string machine, string action) => $"{Machine(machine)}/{action}";

    /// <summary>The merged configuration of a machine.</summary>
    public string Effective(string machine) => $"{Machine(machine)}/effective";

    /// <summary>Path of one join token.</summary>
    public string JoinToken(string id) => $"{JoinTokens}/{Routes.Segment(id)}";

    /// <summary>Path of one certificate.</summary>
    public string Certificate(string name) => Item(Kinds.Certificates, name);

    /// <summary>An action on a certificate, or a part of it: import, export, chain, usages, copy, move.</summary>
    public string CertificatePart(string name, string part) => $"{Certificate(name)}/{part}";

    /// <summary>The newest open signing request of a certificate.</summary>
    public string NewestSigningRequest(string certificate) => CertificatePart(certificate, "signing-request");

    /// <summary>Where a signed certificate is uploaded.</summary>
    public string SignedCertificate(string certificate) => CertificatePart(certificate, "signed-certificate");

    /// <summary>Path of the versions of a certificate.</summary>
    public string Versions(string certificate) => CertificatePart(certificate, "versions");

    /// <summary>Path of one version of a certificate.</summary>
    public string Version(string certificate, string number) => $"{Versions(certificate)}/{Routes.Segment(number)}";

    /// <summary>An action on a version: restore, compromised.</summary>
    public string VersionAction(string certificate, string number, string action) => $"{Version(certificate, number)}/{action}";

    /// <summary>Path of one signing request.</summary>
    public string SigningRequest(string id) => $"{SigningRequests}/{Routes.Segment(id)}";

    /// <summary>Path of one change set.</summary>
    public string ChangeSet(string id) => $"{ChangeSets}/{Routes.Segment(id)}";

    /// <summary>A part of a change set, or an action on it: diff, edits, validate, resolve, commit.</summary>
    public string ChangeSetPart(string id, string part) => $"{ChangeSet(id)}/{part}";

    /// <summary>Path of one staged edit.</summary>
    public string Edit(string id, string kind, string name) =>
        $"{ChangeSetPart(id, "edits")}/{Routes.Segment(kind)}/{Routes.Segment(name)}";

    /// <summary>Path of one revision.</summary>
    public string Revision(string number) => $"{Revisions}/{Routes.Segment(number)}";

    /// <summary>A part of a revision, or an action on it: diff, rollback, undo, confirm.</summary>
    public string RevisionPart(string number, string part) => $"{Revision(number)}/{part}";

    /// <summary>Path of one rollout.</summary>
    public string Rollout(string id) => $"{Rollouts}/{Routes.Segment(id)}";

    /// <summary>An action on a rollout: pause, resume, cancel, rollback.</summary>
    public string RolloutAction(string id, string action) => $"{Rollout(id)}/{action}";
}
