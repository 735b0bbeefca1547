package dev.caisson.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.SortedMap;

/// What the demo found, as its last line with `--json` says it. AUCs are means over `seeds` seeds.
record DemoResult(
    int rounds,
    int seeds,
    double federatedAuc,
    double pooledAuc,
    SortedMap<String, Double> siteAucs,
    String verdict,
    Path bundle,
    Path dossier,
    String signer,
    boolean airlockConfined,
    double seconds,
    SortedMap<String, Long> bytesOutPerSite) {

  String json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("rounds", rounds).put("seeds", seeds);
    json.put("federatedAuc", federatedAuc).put("pooledAuc", pooledAuc);
    ObjectNode sites = json.putObject("siteAucs");
    siteAucs.forEach(sites::put);
    json.put("verdict", verdict);
    json.put("bundle", bundle.toString()).put("dossier", dossier.toString());
    json.put("signer", signer).put("airlockConfined", airlockConfined);
    json.put("seconds", seconds);
    ObjectNode bytes = json.putObject("bytesOutPerSite");
    bytesOutPerSite.forEach(bytes::put);
    return json.toString();
  }
}
